"""Workflows: triggers, conditions and steps, evaluated purely."""
