"""How a step of taking an import back finds what it may touch, and writes what was there before."""
