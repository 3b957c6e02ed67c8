/** Cannot even be imported. */
import 'a-module-that-does-not-exist';

export function handle(data) {
  return data;
}
