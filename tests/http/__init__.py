"""Tests of c360cli.http."""
