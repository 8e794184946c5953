/**
 * Loaded before a gateway: makes what it draws at random a fiftieth. Pauses between attempts are drawn from 0 up to a
 * limit, so that their quarter of an hour becomes 18 s, as the rest of the run's time is compressed by its settings.
 */
const draw = Math.random;

Math.random = () => draw() / 50;
