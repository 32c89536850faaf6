"""TensorRT engines: built once for a model, a GPU and a TensorRT, then used by every pod.

The job `engine` is in `provide`, the job `share` in `share`.
"""
