<?php
/**
 * Plugin Name: Moderato
 * Description: What the Akismet plugin asks of akismet.com goes to a Moderato service instead.
 *
 * A must-use plugin: this one file in wp-content/mu-plugins. The Akismet plugin
 * stays as it is; its requests are met on their way out, in WordPress' HTTP API.
 * Where they go is set in wp-config.php or under Settings, Moderato:
 *
 *     define( 'MODERATO_URL', 'http://127.0.0.1:8080' ); // or https://…
 *     define( 'MODERATO_CA', '/etc/ssl/my-ca.pem' );     // a certificate of one's own
 *
 * Until that is set, nothing is sent at all, and comments wait for a person.
 */

namespace Moderato;

defined( 'ABSPATH' ) || exit;

const AKISMET_HOST = 'rest.akismet.com';
const OPTION       = 'moderato_url';
const PAGE         = 'moderato';

/** Where Moderato is, without a slash at the end; '' if nobody said. */
function base_url(): string {
	return defined( 'MODERATO_URL' )
		? untrailingslashit( (string) \MODERATO_URL )
		: (string) get_option( OPTION, '' );
}

/**
 * For whom a request is meant: Akismet's test of its servers names an IP
 * address in the URL and the host in a header.
 */
function host_asked( string $url, array $args ): string {
	$headers = is_array( $args['headers'] ?? null ) ? $args['headers'] : array();
	return strtolower( $headers['Host'] ?? (string) wp_parse_url( $url, PHP_URL_HOST ) );
}

/** A key in the host name moves into the form, where any address will do. */
function with_key( $body, string $key ) {
	if ( is_array( $body ) ) {
		return $body + array( 'api_key' => $key );
	}
	return ltrim( $body . '&api_key=' . rawurlencode( $key ), '&' );
}

/** What Moderato says to a request that was meant for a host of Akismet's; an error if nobody does. */
function ask( string $host, array $args, string $path ) {
	if ( '' === base_url() ) {
		return new \WP_Error( 'moderato', __( 'Moderato: no address is set.' ) );
	}
	$key = rtrim( substr( $host, 0, -strlen( AKISMET_HOST ) ), '.' );
	if ( '' !== $key ) {
		$args['body'] = with_key( $args['body'] ?? '', $key );
	}
	unset( $args['headers']['Host'] );
	$args['redirection'] = 0; // comments go where they were told to, or nowhere
	if ( defined( 'MODERATO_CA' ) ) {
		$args['sslcertificates'] = \MODERATO_CA;
	}
	return wp_remote_request( base_url() . $path, $args );
}

/**
 * An answer about a comment, with a name for it also where it is no verdict: by
 * that name alone the Akismet plugin (5.5) knows which comment is to wait.
 * Without one it is published as if there were no Akismet.
 */
function with_guid( $answer ): array {
	if ( is_wp_error( $answer ) ) {
		$answer = array(
			'headers'  => array(),
			'body'     => '',
			'response' => array(
				'code'    => 503,
				'message' => $answer->get_error_message(),
			),
			'cookies'  => array(),
		);
	}
	$answer['headers']['x-akismet-guid'] ??= str_replace( '-', '', wp_generate_uuid4() );
	return $answer;
}

/** Answers requests for Akismet with what Moderato says; leaves all others alone. */
function redirect( $answer, $args, $url ) {
	$host = host_asked( $url, $args );
	if ( false !== $answer || ! str_ends_with( ".$host", '.' . AKISMET_HOST ) ) {
		return $answer;
	}
	$path  = (string) wp_parse_url( $url, PHP_URL_PATH );
	$query = wp_parse_url( $url, PHP_URL_QUERY );
	$says  = ask( $host, $args, $path . ( $query ? "?$query" : '' ) );
	return str_ends_with( $path, '/comment-check' ) ? with_guid( $says ) : $says;
}
add_filter( 'pre_http_request', __NAMESPACE__ . '\redirect', 10, 3 );

/** Akismet's screens would show the key to akismet.com, in the address of a frame. */
function keep_frames_out(): void {
	header( "Content-Security-Policy: frame-src 'self'" );
}
add_action( 'load-settings_page_akismet-key-config', __NAMESPACE__ . '\keep_frames_out' );
add_action( 'load-jetpack_page_akismet-key-config', __NAMESPACE__ . '\keep_frames_out' );

/** An address as it is kept; one that is none leaves the old one. */
function sanitize_url( $value ): string {
	$url = untrailingslashit( esc_url_raw( trim( (string) $value ), array( 'http', 'https' ) ) );
	if ( '' !== trim( (string) $value ) && ! wp_parse_url( $url, PHP_URL_HOST ) ) {
		add_settings_error( OPTION, OPTION, __( 'Moderato: this is no address such as http://127.0.0.1:8080.' ) );
		return (string) get_option( OPTION, '' );
	}
	return $url;
}

/** How things are, in a sentence. */
function state(): string {
	if ( '' === base_url() ) {
		return __( 'No address is set: nothing is sent, and comments wait for a person.' );
	}
	$answer = wp_remote_get( 'https://' . AKISMET_HOST . '/1.1/test' );
	if ( is_wp_error( $answer ) ) {
		return __( 'No answer:' ) . ' ' . $answer->get_error_message();
	}
	if ( 'connected' !== wp_remote_retrieve_body( $answer ) ) {
		return __( 'Something answers there, but it is not Moderato.' );
	}
	if ( ! class_exists( 'Akismet' ) ) {
		return __( 'Connected. The Akismet plugin is not active.' );
	}
	$key = \Akismet::get_api_key();
	return $key && 'valid' === \Akismet::verify_key( $key )
		? __( 'Connected, and the key is valid.' )
		: __( 'Connected, but the key of the Akismet plugin is not valid.' );
}

function show_field(): void {
	printf(
		'<input name="%1$s" id="%1$s" type="url" class="regular-text code" value="%2$s" %3$s>
		<p class="description" id="moderato-state">%4$s</p>',
		esc_attr( OPTION ),
		esc_attr( base_url() ),
		disabled( defined( 'MODERATO_URL' ), true, false ),
		esc_html( state() )
	);
}

function show_page(): void {
	echo '<div class="wrap"><h1>Moderato</h1><form action="options.php" method="post">';
	settings_fields( PAGE );
	do_settings_sections( PAGE );
	if ( ! defined( 'MODERATO_URL' ) ) {
		submit_button();
	}
	echo '</form></div>';
}

function add_settings(): void {
	register_setting( PAGE, OPTION, array( 'sanitize_callback' => __NAMESPACE__ . '\sanitize_url' ) );
	add_settings_section( PAGE, '', '__return_null', PAGE );
	add_settings_field( OPTION, __( 'Address' ), __NAMESPACE__ . '\show_field', PAGE, PAGE, array( 'label_for' => OPTION ) );
}
add_action( 'admin_init', __NAMESPACE__ . '\add_settings' );

function add_page(): void {
	add_options_page( 'Moderato', 'Moderato', 'manage_options', PAGE, __NAMESPACE__ . '\show_page' );
}
add_action( 'admin_menu', __NAMESPACE__ . '\add_page' );

/** Says on the Akismet plugin's own screen whom it talks to. */
function show_notice(): void {
	if ( ! str_ends_with( (string) get_current_screen()->id, '_page_akismet-key-config' ) ) {
		return;
	}
	printf(
		'<div class="notice notice-info" id="moderato-notice"><p>%s</p></div>',
		'' === base_url()
			? esc_html__( 'Comments are to be judged by Moderato, but its address is not set yet.' )
			: sprintf( esc_html__( 'Comments are judged by Moderato at %s, not by akismet.com.' ), '<code>' . esc_html( base_url() ) . '</code>' )
	);
}
add_action( 'admin_notices', __NAMESPACE__ . '\show_notice' );
