"""What confines the runner: namespaces, Landlock, seccomp, limits."""
