import { Injectable, RequestMethod } from '@nestjs/common';
import { MODULE_PATH } from '@nestjs/common/constants.js';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { HTTP_PATH } from './http-options.js';
import { HTTP_ROUTES } from './http-routes.js';
import { MessagesController } from './messages.controller.js';

type Exclusion = NonNullable<ReturnType<ApplicationConfig['getGlobalPrefixOptions']>['exclude']>[number];

/**
 * The paths of `/v1` in an application: below its global prefix, and below the path that RouterModule gives to the
 * hub's module.
 */
@Injectable()
export class HttpBases {
  constructor(
    private readonly config: ApplicationConfig,
    private readonly modules: ModulesContainer,
  ) {}

  /** More than one if the application excludes some routes from its prefix. */
  all(): readonly string[] {
    const modulePath = this.modulePath();
    const { exclude = [] } = this.config.getGlobalPrefixOptions();
    const bases = Object.values(HTTP_ROUTES).map(({ method, path }) => {
      const full = joined(modulePath, HTTP_PATH, path);
      const isExcluded = exclude.some((exclusion) => excludes(exclusion, full, RequestMethod[method]));
      return joined(isExcluded ? '' : this.config.getGlobalPrefix(), modulePath, HTTP_PATH);
    });
    return [...new Set(bases)];
  }

  private modulePath(): string {
    const { modules } = this;
    const own = [...modules.values()].find(({ controllers }) => controllers.has(MessagesController));
    if (own === undefined) return '';
    return Reflect.getMetadata(`${MODULE_PATH}${modules.applicationId}`, own.metatype) ?? '';
  }
}

function excludes({ requestMethod, pathRegex }: Exclusion, path: string, method: RequestMethod): boolean {
  return (requestMethod === RequestMethod.ALL || requestMethod === method) && pathRegex.test(path);
}

function joined(...parts: readonly string[]): string {
  const segments = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `/${segments.join('/')}`;
}
