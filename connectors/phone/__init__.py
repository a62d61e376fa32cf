"""Phone calls: one signed JSON webhook for the events of any telephone system."""
