using VmmEngine.Backends;
using VmmEngine.Guests.Nasm;
using VmmEngine.Guests.Programs;
using VmmEngine.Guests.Running;
using VmmEngine.Kvm;

namespace VmmEngine.SoftX86.Tests.Lockstep;

/// <summary>A multiboot kernel that another assembler has made: from 32-bit into 64-bit code, with exceptions and timer interrupts.</summary>
public class NasmGuestTests
{
    [NasmFact(onKvm: false)]
    public void ItRunsOnTheSoftwareVcpu() => Runs(new SoftBackendFactory());

    [NasmFact(onKvm: true)]
    public void ItRunsOnKvm() => Runs(new KvmBackendFactory());

    [NasmFact(onKvm: true)]
    public void ItDoesTheSameOnBoth() => WholeGuestComparisonTests.DoesTheSame(NasmGuest.Kernel, 35);

    private static void Runs(BackendFactory factory)
    {
        TestGuest guest = NasmGuest.Kernel;
        using GuestMachine machine = new(factory);

        GuestOutcome outcome = machine.Run(TimeSpan.FromMinutes(1), guest.Load(machine.Memory));

        Assert.Equal((GuestEnd.Exited, guest.Status, guest.Console), (outcome.End, outcome.Status, outcome.Console));
    }
}
