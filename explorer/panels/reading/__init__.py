"""The panels that tell of what is shown: details, table, legend, filters, timeline."""
