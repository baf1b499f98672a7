"""systemd's end of sd_notify(3): prints each datagram that comes to the socket PATH, as JSON, a line each.

    notify_socket.py PATH

It ends with the process that has started it.
"""
import json, os, socket, sys

parent = os.getppid()
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
receiver.settimeout(1)
print(json.dumps("listening"), flush=True)
while os.getppid() == parent:
    try:
        print(json.dumps(receiver.recv(4096).decode()), flush=True)
    except socket.timeout:
        pass
