"""How the line model of strip-boilerplate is made. No part of the package that users install."""
