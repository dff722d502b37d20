//! Capture: the only part that ever sees a key. What leaves it is a class, never a code.
