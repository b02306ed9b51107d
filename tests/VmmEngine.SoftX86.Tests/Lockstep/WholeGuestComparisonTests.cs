using VmmEngine.Backends;
using VmmEngine.Guests;
using VmmEngine.Guests.Lockstep;
using VmmEngine.Guests.Programs;
using VmmEngine.Guests.Running;
using VmmEngine.Kvm.Tests;
using VmmEngine.Loaders;
using VmmEngine.Tests.Shared;
using Xunit.Abstractions;

namespace VmmEngine.SoftX86.Tests.Lockstep;

/// <summary>Whole guests on the software vCPU and on KVM: registers and memory after every access.</summary>
public class WholeGuestComparisonTests(ITestOutputHelper output)
{
    /// <summary>The guests that end and make at least one access on the way, and those that are cut off.</summary>
    public static TheoryData<string, int> Guests() => new()
    {
        { FaultGuests.UsesUnmappedMemory.Name, 5 },
        { FaultGuests.UndefinedOpcodes.Name, 1 },
        { LoopGuests.ModifiesItself.Name, 1 },
        { LoopGuests.PortFlood.Name, 500 },
        { MultibootGuests.ThirtyTwoBitFarReturn.Name, 20 },
        { MultibootGuests.SixtyFourBit.Name, 20 },
    };

    [KvmTheory]
    [MemberData(nameof(Guests))]
    public void AGuestDoesTheSame(string name, int accesses) => DoesTheSame(TestGuests.ByName[name], accesses);

    [KvmInterruptReturnFact]
    public void AGuestWithInterruptReturnsIn32BitCodeDoesTheSame() => DoesTheSame(MultibootGuests.ThirtyTwoBit, 20);

    /// <summary>Back ends say different things of a guest that has lost its way, but up to there it is the same.</summary>
    [KvmFact]
    public void ATripleFaultIsTheSame()
    {
        LockstepOutcome outcome = BareComparison().Run(FaultGuests.TripleFault.Load, new LockstepDevices());

        Assert.True(outcome.Difference is null, outcome.Difference?.ToString());
        Assert.Equal(ExitReason.Shutdown, outcome.Last.Reason);
    }

    [KvmFact]
    public void TheBuiltInGuestDoesTheSame()
    {
        BuiltInGuestDevices devices = new();
        LockstepComparison comparison = new(Machines.Software, Machines.Kvm, Machines.SteppedSoftware, Machines.BareKvm) { Tolerance = BuiltInGuestDevices.Tolerance };

        LockstepOutcome outcome = comparison.Run(target => BuiltInGuest.Load(target, 1)[0], devices);

        Assert.True(outcome.Difference is null, outcome.Difference?.ToString());
        Assert.Equal((true, BuiltInGuest.Checksum), (devices.IsEnded, devices.Result));
    }

    /// <summary>
    /// Firmware asks what processor it has, and how fast: from there on the sides are different processors. Up to there they are the same.
    /// </summary>
    [OnFirmware]
    public void SeaBiosDoesTheSameUntilItLooksAtTheProcessor()
    {
        byte[] image = File.ReadAllBytes(OnFirmwareAttribute.Image);
        LockstepOutcome outcome = BareComparison().Run(target => BiosLoader.Load(image, target), new FirmwareDevices());

        output.WriteLine($"{outcome.Accesses} accesses; {outcome.Difference}");
        Assert.InRange(outcome.Accesses, 100, int.MaxValue);
        if (outcome.Difference is { } difference)
        {
            Assert.True(difference.Cause is { } cause && (cause.Text.StartsWith("cpuid", StringComparison.Ordinal) || cause.Text.StartsWith("rdtsc", StringComparison.Ordinal)), difference.ToString());
        }
    }

    /// <summary>Runs a guest that ends by itself, or that is cut off.</summary>
    internal static void DoesTheSame(TestGuest guest, int accesses)
    {
        LockstepDevices devices = new();
        LockstepComparison comparison = new(Machines.Software, Machines.Kvm, Machines.SteppedSoftware, Machines.BareKvm) { MaximumAccesses = 500 };

        LockstepOutcome outcome = comparison.Run(guest.Load, devices);

        Assert.True(outcome.Difference is null, outcome.Difference?.ToString());
        Assert.InRange(outcome.Accesses, accesses, int.MaxValue);
        Assert.Equal(guest.Ends is [GuestEnd.Exited], devices.IsEnded);
        Assert.True(!devices.IsEnded || outcome.Last.Data == guest.Status, $"status {outcome.Last.Data}");
    }

    private static LockstepComparison BareComparison() =>
        new(Machines.BareSoftware, Machines.BareKvm, Machines.BareSteppedSoftware, Machines.BareKvm) { MaximumAccesses = 5000 };
}
