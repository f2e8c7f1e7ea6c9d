<?php
// Installs WordPress and prints an application password of its only user.
define( 'WP_INSTALLING', true );
function wp_new_blog_notification() {} // It would send a letter.
require_once getenv( 'WORDPRESS_ROOT' ) . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( 'Scenery', 'keeper', 'keeper@example.org', true, '', 'only for tests' );
switch_theme( 'twentytwentyone' );
set_theme_mod( 'display_excerpt_or_full_post', 'full' ); // As most blogs show their posts.
update_option( 'permalink_structure', '/%postname%/' );
update_option( 'posts_per_page', 2 );
$GLOBALS['wp_rewrite']->init();
flush_rewrite_rules( false );
list( $password ) = WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'tests' ) );
echo "\npassword:$password\n";
