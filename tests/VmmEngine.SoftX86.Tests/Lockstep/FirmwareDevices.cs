using VmmEngine.Guests.Lockstep;

namespace VmmEngine.SoftX86.Tests.Lockstep;

/// <summary>As much of a PC as firmware needs to get on: time passes with every read.</summary>
internal sealed class FirmwareDevices : LockstepDevices
{
    private const int CmosIndex = 0x70, CmosData = 0x71, PitCounter = 0x40, SystemPortB = 0x61, KeyboardStatus = 0x64, DebugPort = 0x402;

    private byte _index;
    private int _reads;

    /// <inheritdoc/>
    public override ulong Read(in GuestAccess access)
    {
        _reads++;
        return access.Address switch
        {
            CmosData => Cmos(),
            PitCounter => (byte)-_reads,
            SystemPortB => ((uint)_reads >> 2 & 1) * 0x30,
            KeyboardStatus => 0x1C,
            DebugPort => 0xE9,
            _ => base.Read(access),
        };
    }

    /// <inheritdoc/>
    public override void Write(in GuestAccess access)
    {
        if (access.Address == CmosIndex)
        {
            _index = (byte)(access.Data & 0x7F);
        }
    }

    // 3 MiB above the first one; the update in progress comes and goes.
    private byte Cmos() => _index switch
    {
        0x0A => (byte)((_reads & 1) << 7),
        0x15 => 0x80,
        0x16 => 0x02,
        0x31 => 0x0C,
        _ => 0,
    };
}
