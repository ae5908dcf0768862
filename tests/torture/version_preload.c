/*
 * Loaded into the daemon: a libmicrohttpd of another version than the one that
 * its gate was tried with, as far as it says.
 */
const char *MHD_get_version(void);

const char *
MHD_get_version(void)
{
	return "0.9.76";
}
