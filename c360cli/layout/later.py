"""Sections that layouts may name already: a version that lacks one leaves it out and says so."""

LATER = {
    "scorecard": "Scorecard",
    "scorecard_calcs": "Product usage scorecard calculations",
    "cockpit": "Cockpit",
    "timeline": "Timeline",
    "success_plan": "Success plan",
    "people": "People",
    "sponsors": "Sponsor tracking",
    "relationships": "Relationships",
    "license_utilization": "License utilization",
    "instances": "Instance and namespace details",
    "whitespace": "Whitespace (use case)",
    "whitespace_visual": "Whitespace (use case visual)",
    "whitespace_stages": "Whitespace (stages until transition)",
    "program_logs": "Program logs",
    "adoption": "Adoption",
}
