"""File formats that hold a graph or an answer: written here, and read where the loader takes them back."""
