"""The desk's rooms, a module each: read a form, call a use case, render a template."""
