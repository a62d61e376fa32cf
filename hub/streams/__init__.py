"""Stream processors: thin Faust agents around projections and workflows."""
