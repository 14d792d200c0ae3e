"""The bundled compact model."""
