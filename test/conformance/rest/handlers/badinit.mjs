/** Cannot be initialised. */
export default class Bad {
  initialize() {
    throw new Error('cannot be initialised');
  }

  handle(data) {
    return data;
  }
}
