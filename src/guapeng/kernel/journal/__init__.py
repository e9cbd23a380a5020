"""What happened: append-only, hash-chained, and the outbox of every subscriber.

``actions.write`` is the one way in; ``subscribers.on`` listens; ``relay`` delivers after commit;
``verify`` recomputes the chain.
"""
