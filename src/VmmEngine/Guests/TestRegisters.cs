using System.Numerics;
using VmmEngine.Bus;
using VmmEngine.Platform;
using VmmEngine.Snapshots;

namespace VmmEngine.Guests;

/// <summary>
/// A device with four 64-bit registers in memory: an identification (offset 0), an operand (8) that is mixed into a state (16), and a result (24) that
/// the guest leaves for its host.
/// </summary>
public sealed class TestRegisters : MmioDevice, ISnapshotted
{
    /// <summary>What the identification reads as: "VMMTEST1".</summary>
    public const ulong Identification = 0x3154_5345_544D_4D56;

    /// <summary>Bytes of device memory.</summary>
    public const ulong Length = 0x1000;

    internal const uint IdentificationOffset = 0;
    internal const uint OperandOffset = 8;
    internal const uint StateOffset = 16;
    internal const uint ResultOffset = 24;

    private readonly DeviceLock _lock = new();
    private ulong _state;
    private ulong? _result;

    /// <summary>What the guest left; null as long as it has left nothing. Any thread.</summary>
    public ulong? Result
    {
        get
        {
            using (_lock.Hold())
            {
                return _result;
            }
        }
    }

    /// <summary>What the state becomes when an operand comes in.</summary>
    public static ulong Mix(ulong state, ulong operand) => BitOperations.RotateLeft(state, 7) + operand;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using (_lock.Hold())
        {
            writer.Write(_state);
            writer.Write(_result.HasValue);
            writer.Write(_result.GetValueOrDefault());
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        using (_lock.Hold())
        {
            _state = reader.ReadUInt64();
            bool hasResult = reader.ReadBoolean();
            ulong result = reader.ReadUInt64();
            _result = hasResult ? result : null;
        }
    }

    /// <inheritdoc/>
    public override ulong Read(ulong offset, int size)
    {
        using (_lock.Hold())
        {
            ulong value = (offset & ~7ul) switch
            {
                IdentificationOffset => Identification,
                StateOffset => _state,
                ResultOffset => _result ?? 0,
                _ => 0,
            };
            return value >> (int)(8 * (offset & 7));
        }
    }

    /// <inheritdoc/>
    /// <remarks>A register takes 8 bytes at once; other writes are ignored.</remarks>
    public override void Write(ulong offset, int size, ulong value)
    {
        if (size != sizeof(ulong))
        {
            return;
        }

        using (_lock.Hold())
        {
            switch (offset)
            {
                case OperandOffset:
                    _state = Mix(_state, value);
                    break;

                case ResultOffset:
                    _result = value;
                    break;

                default:
                    break;
            }
        }
    }
}
