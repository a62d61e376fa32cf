"""Parked work, one module for each kind, behind `hub.application.parked.Parked`."""
