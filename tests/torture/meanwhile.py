"""What goes on while something else is tried."""

import threading


class Meanwhile:
    """Its run() is done on a thread of its own within a `with`, until `going` is
    no longer true."""

    going = True

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.going = False
        self.thread.join()
