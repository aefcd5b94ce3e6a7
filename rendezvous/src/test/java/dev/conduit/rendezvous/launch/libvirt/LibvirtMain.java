package dev.conduit.rendezvous.launch.libvirt;

import dev.conduit.rendezvous.launch.LaunchException;

/** A JVM that lacks something of libvirt: says what its launcher says. */
final class LibvirtMain {

    private LibvirtMain() {
    }

    public static void main(String[] args) {
        for (int i = 0; i < 2; i++) {
            try {
                new LibvirtLauncherProvider().open(null);
                System.out.println("opened");
            } catch (LaunchException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
