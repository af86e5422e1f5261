"""The register as a service: keys with roles, a purpose for every search, and a log of all of them. docs/service.md"""
