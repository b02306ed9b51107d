namespace VmmEngine.Conformance.Systems;

/// <summary>A system whose machine can be put to sleep. Cases that need it are skipped on one that is not.</summary>
public interface ISuspendable
{
    /// <summary>Whether new calls wait already: true from the beginning of <see cref="Suspend"/> to <see cref="Resume"/>.</summary>
    bool IsSuspended { get; }

    /// <summary>Puts the machine to sleep; returns when the calls inside have left.</summary>
    void Suspend();

    /// <summary>Wakes it up.</summary>
    void Resume();
}
