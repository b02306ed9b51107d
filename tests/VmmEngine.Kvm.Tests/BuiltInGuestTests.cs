using VmmEngine.Guests;
using VmmEngine.Guests.Running;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Kvm.Tests;

/// <summary>The guest that `vmm run` has inside.</summary>
public class BuiltInGuestTests
{
    [KvmTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void ItPrintsAndLeavesItsChecksum(int vcpus)
    {
        using GuestMachine machine = new(new KvmBackendFactory(), vcpus);
        TestRegisters device = BuiltInGuest.AttachDevice(machine.Bus);

        GuestOutcome outcome = machine.Run(TimeSpan.FromMinutes(1), BuiltInGuest.Load(machine.Memory, vcpus));

        Assert.Equal((GuestEnd.Exited, BuiltInGuest.ExitStatus), (outcome.End, outcome.Status));
        Assert.Equal(BuiltInGuest.Console(vcpus), outcome.Console);
        Assert.Equal(BuiltInGuest.Checksum, device.Result);
    }
}
