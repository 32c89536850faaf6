"""The data plane: answers what is sent to the addresses of pods and Services, which lead nowhere.

It is an HTTP proxy in a process of its own. Behind a pod's address stand the pod's real program,
where one runs here, or what a player says in its place.
"""
