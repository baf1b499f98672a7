"""A program on a terminal of its own, 80 by 24, which types when it has seen something.

    pty.py STEPS PROGRAM [ARGUMENT…]

STEPS is JSON: a list of [PATTERN, WHAT], where WHAT is keys to type once the pattern was seen behind the
step before, or "SIGTERM" and the like. With "@FILE" as the first argument, standard input is that file.
Prints JSON: `code`, or -signal; `output`; and `restored`, whether the terminal's modes are those of before.
"""
import fcntl, json, os, re, select, signal, struct, subprocess, sys, termios, time

DEADLINE_S = 60
steps, argv, stdin = json.loads(sys.argv[1]), sys.argv[2:], None
if argv[0].startswith("@"):
    stdin = open(argv.pop(0)[1:], "rb")
primary, secondary = os.openpty()
fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
before = termios.tcgetattr(secondary)


def on_terminal():
    os.setsid()
    fcntl.ioctl(secondary, termios.TIOCSCTTY, 0)


child = subprocess.Popen(argv, stdin=stdin or secondary, stdout=secondary, stderr=secondary,
                         preexec_fn=on_terminal)
output, seen, end = "", 0, time.monotonic() + DEADLINE_S
while time.monotonic() < end:
    ready, _, _ = select.select([primary], [], [], 0.1)
    if ready:
        output += os.read(primary, 65536).decode(errors="replace")
    elif child.poll() is not None:
        break
    match = steps and re.compile(steps[0][0]).search(output, seen)
    if match:
        seen, what = match.end(), steps.pop(0)[1]
        if what.startswith("SIG"):
            child.send_signal(getattr(signal, what))
        else:
            os.write(primary, what.encode())
child.kill()
print(json.dumps({"code": child.wait(), "output": output, "left": steps,
                  "restored": termios.tcgetattr(secondary) == before}))
