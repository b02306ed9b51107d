using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <content>The state as bytes.</content>
public sealed unsafe partial class LocalApic
{
    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Words->Base);
        writer.Write(Words->OffersX2Apic != 0);
        for (int i = 0; i < LocalApicWords.Count; i++)
        {
            writer.Write(Get(i));
        }

        writer.Write(Volatile.Read(ref _errors));
        writer.Write(Volatile.Read(ref _external) != 0);
        writer.Write(Volatile.Read(ref _initialize) != 0);
        _timer.Save(writer);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ulong modes = reader.ReadUInt64() & (BaseModes | BaseBoot);
        if ((modes & BaseModes) == BaseX2Apic)
        {
            throw reader.Invalid("x2APIC mode of an APIC that is off");
        }

        Words->Base = Page | modes;
        Words->OffersX2Apic = reader.ReadBoolean() ? 1u : 0;
        for (int i = 0; i < LocalApicWords.Count; i++)
        {
            Register(i) = reader.ReadUInt32();
        }

        _errors = reader.ReadUInt32();
        _external = reader.ReadBoolean() ? 1u : 0;
        _initialize = reader.ReadBoolean() ? 1u : 0;
        _startup = default;
        _timer.Restore(reader);
    }

    /// <summary>The time-stamp counter has another value now: a deadline in it comes at another time.</summary>
    internal void FollowTimeStamp()
    {
        ulong deadline = Deadline;
        if (deadline != 0)
        {
            Deadline = deadline;
        }
    }

    /// <summary>After a restore without the clock's own: arms the timer, and the vCPU looks at what is requested.</summary>
    internal void Resume()
    {
        _timer.Resume();
        Renotify();
    }
}
