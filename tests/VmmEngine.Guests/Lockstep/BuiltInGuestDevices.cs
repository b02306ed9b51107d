using VmmEngine.Backends;

namespace VmmEngine.Guests.Lockstep;

/// <summary>The usual devices and the one that the built-in guest uses.</summary>
public sealed class BuiltInGuestDevices : LockstepDevices
{
    private const ulong UndefinedAfterMultiplication = 0xD4; // SF, ZF, AF, PF

    /// <summary>What depends on when timer interrupts come (what their handler pushes, and the count), and what multiplications leave undefined.</summary>
    public static LockstepTolerance Tolerance { get; } =
        new([(BuiltInGuestLayout.StackEnd0 - 0x200, 0x200), (BuiltInGuestLayout.SharedTicks, sizeof(ulong))], UndefinedAfterMultiplication);

    private readonly TestRegisters _registers = new();

    /// <summary>What the guest has left in its device.</summary>
    public ulong? Result => _registers.Result;

    /// <inheritdoc/>
    public override ulong Read(in GuestAccess access) =>
        access.Reason == ExitReason.MmioRead ? _registers.Read(access.Address - BuiltInGuestLayout.Device, access.Size) : base.Read(access);

    /// <inheritdoc/>
    public override void Write(in GuestAccess access)
    {
        if (access.Reason == ExitReason.MmioWrite)
        {
            _registers.Write(access.Address - BuiltInGuestLayout.Device, access.Size, access.Data);
        }
        else
        {
            base.Write(access);
        }
    }
}
