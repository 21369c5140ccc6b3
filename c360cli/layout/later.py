"""Sections that layouts may name already: a version that lacks one leaves it out and says so."""

LATER = {
    "relationships": "Relationships",
    "instances": "Instance and namespace details",
    "whitespace": "Whitespace (use case)",
    "whitespace_visual": "Whitespace (use case visual)",
    "whitespace_stages": "Whitespace (stages until transition)",
    "program_logs": "Program logs",
    "adoption": "Adoption",
}
