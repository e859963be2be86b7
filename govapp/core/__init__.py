"""Tools that know no slice: database, workflow, audit, errors, clock, web, forms, text, jobs, files."""
