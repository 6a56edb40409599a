export { FrameworkLogger } from './framework-logger.js';
export { LOG_LEVELS, type LogLevel, loggerParams } from './logger-params.js';
