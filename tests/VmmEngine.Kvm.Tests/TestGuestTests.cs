using VmmEngine.Guests.Programs;
using VmmEngine.Guests.Running;
using VmmEngine.Loaders;
using VmmEngine.Memory;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Kvm.Tests;

/// <summary>Whole guests, well and badly behaved.</summary>
public class TestGuestTests
{
    public static TheoryData<string> Names() => [.. TestGuests.ByName.Keys.Except([MultibootGuests.ThirtyTwoBit.Name])];

    [KvmTheory]
    [MemberData(nameof(Names))]
    public void AGuestEndsAsItShould(string name) => EndsAsItShould(TestGuests.ByName[name]);

    [KvmInterruptReturnFact]
    public void AThirtyTwoBitKernelEndsAsItShould() => EndsAsItShould(MultibootGuests.ThirtyTwoBit);

    private static void EndsAsItShould(TestGuest guest)
    {
        using GuestMachine machine = new(new KvmBackendFactory());
        Assert.True(machine.Memory.TryMapRom(new Gpa(FaultGuests.ReadOnlyMemory), new byte[0x1_0000]));
        EntryState entry = guest.Load(machine.Memory);

        GuestOutcome outcome = machine.Run(guest.Ends is [GuestEnd.TimedOut] ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromMinutes(1), entry);

        Assert.Contains(outcome.End, guest.Ends);
        Assert.Equal((guest.Status, guest.Console), (outcome.Status, outcome.Console));
    }
}
