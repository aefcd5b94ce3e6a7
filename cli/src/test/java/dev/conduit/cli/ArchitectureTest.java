package dev.conduit.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the direction of dependencies that docs and design promise. */
final class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.conduit");

    @Test
    void shouldSeeEveryModule() {
        for (String name : new String[] {
            "dev.conduit.xenstore.XenStoreClient",
            "dev.conduit.core.Platform",
            "dev.conduit.vchan.VchanChannel",
            "dev.conduit.rendezvous.Conduit",
            "dev.conduit.synjitsu.socket.SocketFront",
            "dev.conduit.cli.Main"
        }) {
            assertThat(CLASSES.contain(name)).as(name).isTrue();
        }
    }

    @Test
    void shouldDependOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("xenstore").definedBy("dev.conduit.xenstore..")
                .layer("core").definedBy("dev.conduit.core..")
                .layer("vchan").definedBy("dev.conduit.vchan..")
                .layer("rendezvous").definedBy("dev.conduit.rendezvous..")
                .layer("synjitsu").definedBy("dev.conduit.synjitsu..")
                .layer("cli").definedBy("dev.conduit.cli..", "dev.conduit.bench..")
                .whereLayer("cli").mayNotBeAccessedByAnyLayer()
                .whereLayer("synjitsu").mayOnlyBeAccessedByLayers("cli")
                .whereLayer("rendezvous").mayOnlyBeAccessedByLayers("synjitsu", "cli")
                .whereLayer("vchan").mayOnlyBeAccessedByLayers("rendezvous", "synjitsu", "cli")
                .whereLayer("core").mayOnlyBeAccessedByLayers("vchan", "rendezvous", "synjitsu", "cli")
                .check(CLASSES);
    }

    @Test
    void shouldKeepJnaInCore() {
        noClasses()
                .that().resideOutsideOfPackage("dev.conduit.core.jna..")
                .should().dependOnClassesThat().resideInAPackage("com.sun.jna..")
                .check(CLASSES);
    }

    @Test
    void shouldKeepForeignMemoryInFfmModule() {
        noClasses()
                .that().resideOutsideOfPackage("dev.conduit.core.ffm..")
                .should().dependOnClassesThat().resideInAPackage("java.lang.foreign..")
                .check(CLASSES);
    }

    @Test
    void shouldKeepXenStoreFreeOfNativeCode() {
        noClasses()
                .that().resideInAPackage("dev.conduit.xenstore..")
                .should().dependOnClassesThat().resideInAnyPackage("dev.conduit.core..", "com.sun.jna..")
                .check(CLASSES);
    }
}
