/**
 * Loaded before a gateway's own code (`--import`): it draws small numbers only, so that no back-off is long, however
 * many faults came before.
 */
const draw = Math.random;

Math.random = () => draw() * 0.05;
