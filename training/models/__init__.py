"""The networks: HRNet for poses, a CSP detector for people."""
