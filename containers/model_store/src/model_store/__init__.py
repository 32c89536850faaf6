"""Downloads models and TensorRT engines to the volume of a pod; every byte is verified."""
