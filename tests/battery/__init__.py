"""Long runs under load and with faults. One file a run; each keeps a fault on purpose that it must find."""
