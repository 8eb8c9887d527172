"""The runner's side: it runs students' code, and knows neither checks nor seed."""
