"""How the screens write dates and numbers, where the framework has it otherwise."""
