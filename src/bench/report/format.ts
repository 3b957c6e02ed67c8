/** Version of the JSON report; raised when a field changes its meaning or goes. */
export const FORMAT = 2;
