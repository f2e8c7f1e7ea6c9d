<?php
// What lies there as a file is given as it is; everything else is WordPress's.
$path = parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH );
if ( preg_match( '#^/wp-content/uploads/.+\.(jpe?g|png|webp)$#', $path ) ) {
	return false;
}
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
