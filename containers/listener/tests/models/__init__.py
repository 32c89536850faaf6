"""The real libraries on models that are made here, each as small as can be."""
