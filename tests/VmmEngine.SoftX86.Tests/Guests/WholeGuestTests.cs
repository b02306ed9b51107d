using VmmEngine.Guests;
using VmmEngine.Guests.Programs;
using VmmEngine.Guests.Running;
using VmmEngine.Loaders;
using VmmEngine.Memory;
using Xunit;

namespace VmmEngine.SoftX86.Tests.Guests;

/// <summary>Whole guests on the bare back end, with the host's time and a thread for each vCPU.</summary>
public class WholeGuestTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TheBuiltInGuestPrintsAndLeavesItsChecksum(int vcpus)
    {
        using GuestMachine machine = new(new SoftBackendFactory(new SoftOptions { Vcpus = vcpus }), vcpus);
        TestRegisters device = BuiltInGuest.AttachDevice(machine.Bus);

        GuestOutcome outcome = machine.Run(TimeSpan.FromMinutes(1), BuiltInGuest.Load(machine.Memory, vcpus));

        Assert.Equal((GuestEnd.Exited, BuiltInGuest.ExitStatus, BuiltInGuest.Console(vcpus)), (outcome.End, outcome.Status, outcome.Console));
        Assert.Equal(BuiltInGuest.Checksum, device.Result);
    }

    public static TheoryData<string> Names() => [.. TestGuests.ByName.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void AGuestEndsAsItShould(string name)
    {
        TestGuest guest = TestGuests.ByName[name];
        using GuestMachine machine = new(new SoftBackendFactory());
        Assert.True(machine.Memory.TryMapRom(new Gpa(FaultGuests.ReadOnlyMemory), new byte[0x1_0000]));
        EntryState entry = guest.Load(machine.Memory);

        GuestOutcome outcome = machine.Run(guest.Ends is [GuestEnd.TimedOut] ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromMinutes(1), entry);

        Assert.Contains(outcome.End, guest.Ends);
        Assert.Equal((guest.Status, guest.Console), (outcome.Status, outcome.Console));
    }
}
