"""Speed and memory of the agreement measures, beside other packages measured in the same run."""
