/** Where an image has its database of installed packages: where apko writes it, and where apk-tools did. */
export const INSTALLED_DATABASES = ['usr/lib/apk/db/installed', 'lib/apk/db/installed'];
