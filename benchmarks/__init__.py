"""How fast it is, beside an independent implementation and the least a Flask app can do. One file a bench."""
